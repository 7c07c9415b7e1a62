export default function Page() {
  return <p>unavailable</p>;
}
