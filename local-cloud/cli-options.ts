import { type ParseArgsConfig, parseArgs } from "node:util";

/** Ends the process with status 1 and this message, without a stack. */
export function exitWith(message: string): never {
  console.error(message);
  process.exit(1);
}

/** The command line's options as text, with defaults. Prints the usage for --help, and for what it does not know. */
export function readOptions<Name extends string>(
  defaults: Readonly<Record<Name, string>>,
  usage: string,
): Record<Name, string> {
  const options: NonNullable<ParseArgsConfig["options"]> = { help: { type: "boolean" } };
  for (const name of Object.keys(defaults)) options[name] = { type: "string" };
  try {
    const { help, ...given } = parseArgs({ options }).values;
    if (help) {
      console.log(usage);
      process.exit(0);
    }
    const texts = Object.entries(given).map(([name, value]) => [name, String(value)]);
    return { ...defaults, ...Object.fromEntries(texts) };
  } catch (error) {
    return exitWith(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
}

/** A whole number from `min` to `max`, or the end of the process with a message that names the option. */
export function readInteger(
  option: string,
  text: string,
  { min, max }: { min: number; max: number },
): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= min && number <= max) return number;
  return exitWith(`--${option} must be a whole number from ${min} to ${max}, not "${text}".`);
}
