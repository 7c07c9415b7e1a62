import { IDLE_SECONDS } from "@carryover/session";
import { ExclusiveFields } from "../_session/forms/exclusive-fields";
import { formatDuration } from "./format";
import type { Refusal } from "./refusal";
import { FieldError, inputStyle } from "./text-field";

const USUAL = [
  { seconds: 15, label: "15 seconds, to watch it end" },
  { seconds: 60, label: "1 minute" },
  { seconds: 1800, label: "30 minutes" },
];

interface Props {
  readonly refusal: Refusal | null;
  /** What is chosen now. */
  readonly idleSeconds: number;
}

/**
 * How long the session may be idle. The text box shares its name with the choices before it, and of several fields of one
 * name the last that is filled in counts: so the form works without JavaScript, where the style alone shows what counts.
 */
export function IdleChoice({ refusal, idleSeconds }: Props) {
  const refused = refusal?.field === "idleSeconds" ? refusal.message : null;
  const isUsual = USUAL.some(({ seconds }) => seconds === idleSeconds);
  const now = { seconds: idleSeconds, label: `${formatDuration(idleSeconds * 1000)}, as now` };
  return (
    <ExclusiveFields className="group/idle mb-6" aria-describedby={refused ? "idleSeconds-error" : undefined}>
      <legend className="mb-1.5 font-medium">End my session after so long without a visit</legend>
      <div className="grid gap-2">
        {[...USUAL, ...(isUsual ? [] : [now])].map(({ seconds, label }) => (
          <label key={seconds} className={choiceStyle}>
            <input
              type="radio"
              name="idleSeconds"
              value={seconds}
              defaultChecked={seconds === idleSeconds}
              className="noscript:group-has-[[type=number]:not(:placeholder-shown)]/idle:invisible"
            />
            {label}
          </label>
        ))}
        <label className={numberStyle}>
          or any number of seconds
          <input
            type="number"
            name="idleSeconds"
            min={IDLE_SECONDS.min}
            max={IDLE_SECONDS.max}
            // Empty to the eye: it lets the style know whether something was typed.
            placeholder=" "
            aria-invalid={refused ? true : undefined}
            // biome-ignore lint/a11y/noAutofocus: the page was loaded to say that this field was refused.
            autoFocus={refused !== null}
            className={`${inputStyle} min-w-20 max-w-32`}
          />
        </label>
      </div>
      <FieldError id="idleSeconds-error" message={refused} />
    </ExclusiveFields>
  );
}

const rowStyle = "flex min-h-11 items-center gap-2.5 rounded-lg border px-3 py-1.5";
const choiceStyle = `${rowStyle} border-line bg-surface has-checked:border-brand has-checked:bg-tint group-has-[[type=number]:not(:placeholder-shown)]/idle:border-line group-has-[[type=number]:not(:placeholder-shown)]/idle:bg-surface`;
const numberStyle = `${rowStyle} flex-wrap border-transparent has-[:not(:placeholder-shown)]:border-brand has-[:not(:placeholder-shown)]:bg-tint`;
