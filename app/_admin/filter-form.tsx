import type { FilterFields } from "@/lib/admin/session-filter";
import { Button } from "../_ui/button";
import { inputStyle } from "../_ui/text-field";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const ages: Choices = [
  [HOUR, "an hour or longer"],
  [DAY, "a day or longer"],
  [7 * DAY, "a week or longer"],
];
const idleTimes: Choices = [
  [MINUTE, "a minute or longer"],
  [10 * MINUTE, "10 minutes or longer"],
  [HOUR, "an hour or longer"],
  [6 * HOUR, "6 hours or longer"],
];
const kinds: Choices = [
  ["users", "signed in"],
  ["visitors", "visitors"],
];

type Choices = readonly (readonly [value: string | number, label: string])[];

interface Props {
  readonly conditions: FilterFields;
  /** The servers that there is something to know of. */
  readonly servers: readonly string[];
}

/** The conditions on the sessions that are shown, or are to end. A plain form: it works without JavaScript. */
export function FilterForm({ conditions, servers }: Props) {
  const { user, kind, server, device, olderThan, idleFor } = conditions;
  const named = [...new Set([...servers, ...(server ? [server] : [])])].sort();
  return (
    <form
      action="/admin"
      method="get"
      className="rounded-2xl border border-line bg-surface p-5 shadow-card sm:p-6"
    >
      <div className="grid gap-x-4 sm:grid-cols-2 lg:grid-cols-3">
        <TextBox name="user" label="User name" value={user} maxLength={32} />
        <Choice name="kind" label="Who" value={kind} choices={kinds} />
        <Choice name="server" label="Server" value={server} choices={named.map((each) => [each, each])} />
        <TextBox name="device" label="Device" value={device} maxLength={80} placeholder="firefox" />
        <Choice name="olderThan" label="Began" value={olderThan} choices={ages} suffix=" ago" />
        <Choice name="idleFor" label="Not used for" value={idleFor} choices={idleTimes} />
      </div>
      <div className="flex flex-wrap gap-3">
        <Button variant="quiet">Show these</Button>
        <Button variant="danger" action="/admin/end">
          End all these …
        </Button>
      </div>
    </form>
  );
}

interface TextBoxProps {
  readonly name: keyof FilterFields;
  readonly label: string;
  readonly value: string | undefined;
  readonly maxLength: number;
  readonly placeholder?: string;
}

function TextBox({ name, label, value, ...input }: TextBoxProps) {
  return (
    <label className="mb-4 block">
      <span className="mb-1.5 block font-medium">{label}</span>
      <input
        {...input}
        name={name}
        defaultValue={value}
        autoCapitalize="none"
        autoComplete="off"
        spellCheck={false}
        className={inputStyle}
      />
    </label>
  );
}

interface ChoiceProps {
  readonly name: keyof FilterFields;
  readonly label: string;
  readonly value: string | number | undefined;
  readonly choices: Choices;
  readonly suffix?: string;
}

/** One of a few values, any, or the one that the address holds. */
function Choice({ name, label, value, choices, suffix = "" }: ChoiceProps) {
  const isOther = value !== undefined && !choices.some(([each]) => each === value);
  return (
    <label className="mb-4 block">
      <span className="mb-1.5 block font-medium">{label}</span>
      <select name={name} defaultValue={value ?? ""} className={inputStyle}>
        <option value="">any</option>
        {isOther && <option value={value}>{value} seconds or longer</option>}
        {choices.map(([each, text]) => (
          <option key={each} value={each}>
            {text}
            {suffix}
          </option>
        ))}
      </select>
    </label>
  );
}
