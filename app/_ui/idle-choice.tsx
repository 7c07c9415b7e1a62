import { IDLE_SECONDS } from "@/lib/session/session";
import type { Refusal } from "./refusal";
import { FieldError, inputLook } from "./text-field";

const choices = [
  { seconds: 15, label: "15 seconds", hint: "to watch it end" },
  { seconds: 60, label: "1 minute", hint: "" },
  { seconds: 1800, label: "30 minutes", hint: "usual" },
] as const;

interface Props {
  readonly refusal: Refusal | null;
  readonly idleSeconds: number;
}

/**
 * How long the session may be idle. The last choice has no value of its own and shares its name with the text box behind
 * it: the first that is filled in counts, so the form works without JavaScript.
 */
export function IdleChoice({ refusal, idleSeconds }: Props) {
  const refused = refusal?.field === "idleSeconds" ? refusal.message : null;
  const usual = choices.some(({ seconds }) => seconds === idleSeconds);
  return (
    <fieldset className="mb-6" aria-describedby={refused ? "idleSeconds-error" : undefined}>
      <legend className="mb-1.5 font-medium">End my session after</legend>
      <div className="grid gap-2 sm:grid-cols-2">
        {choices.map(({ seconds, label, hint }) => (
          <label key={seconds} className={choiceLook}>
            <input type="radio" name="idleSeconds" value={seconds} defaultChecked={seconds === idleSeconds} />
            <span>
              {label} {hint && <span className="text-muted text-sm">{hint}</span>}
            </span>
          </label>
        ))}
        <div className={choiceLook}>
          <input
            type="radio"
            name="idleSeconds"
            value=""
            id="idle-other"
            defaultChecked={!usual}
            aria-label="Another number of seconds"
          />
          <input
            type="number"
            name="idleSeconds"
            min={IDLE_SECONDS.min}
            max={IDLE_SECONDS.max}
            defaultValue={usual ? undefined : idleSeconds}
            aria-label="Seconds"
            aria-invalid={refused ? true : undefined}
            className={`${inputLook} min-w-0`}
          />
          <span className="text-muted text-sm">seconds</span>
        </div>
      </div>
      <p className="mt-1.5 text-muted text-sm">without a visit. Each page you open starts it again.</p>
      <FieldError id="idleSeconds-error" message={refused} />
    </fieldset>
  );
}

const choiceLook =
  "flex min-h-11 items-center gap-2.5 rounded-lg border border-line bg-surface px-3 py-1.5 has-checked:border-brand has-checked:bg-tint";
