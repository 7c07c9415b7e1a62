const COLOURS = 6;

/** A server's colour, the same wherever it is shown; the tokens are in globals.css. Never the only sign: its name stands by. */
export function serverColour(name: string): string {
  const sum = [...name].reduce((total, character) => total + (character.codePointAt(0) ?? 0), 0);
  return `var(--server-${sum % COLOURS})`;
}
