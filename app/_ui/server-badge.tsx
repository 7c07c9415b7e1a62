import { instanceName } from "@/lib/request/instance";

/** Colours that differ in lightness as well as in hue, one for each of the first servers. */
const dots = ["bg-[#d97706]", "bg-[#0d9488]", "bg-[#7c3aed]", "bg-[#db2777]", "bg-[#2563eb]", "bg-[#65a30d]"];

/** Names the server that rendered this page. */
export function ServerBadge() {
  const name = instanceName();
  const sum = [...name].reduce((total, character) => total + (character.codePointAt(0) ?? 0), 0);
  return (
    <span
      data-testid="server"
      className="inline-flex items-center gap-2 rounded-full border border-line bg-surface px-3 py-1"
    >
      <span aria-hidden="true" className={`size-2.5 rounded-full ${dots[sum % dots.length]}`} />
      <span>
        answered by <b data-testid="server-name">{name}</b>
      </span>
    </span>
  );
}
