import { KIB, MIB } from "@/deploy/hosts/host";

/** For people: `97 KiB`, `1.20 MiB`. */
export function showBytes(bytes: number): string {
  return bytes < MIB ? `${(bytes / KIB).toFixed(0)} KiB` : `${(bytes / MIB).toFixed(2)} MiB`;
}
