import { locales, themes } from "@/lib/profile-choices";
import type { Profile } from "@/lib/session-definition";
import { FormKey } from "../_session/forms/form-key";
import { Button } from "../_ui/button";
import type { Refusal } from "../_ui/refusal";
import { inputStyle, TextField } from "../_ui/text-field";

const localeNames: Readonly<Record<Profile["locale"], string>> = {
  "en-US": "English, United States",
  "en-GB": "English, United Kingdom",
  "de-DE": "Deutsch",
  "fr-FR": "Français",
  "ja-JP": "日本語",
};

const themeNames: Readonly<Record<Profile["theme"], string>> = {
  system: "As my system has it",
  light: "Light",
  dark: "Dark",
};

interface Props {
  readonly profile: Profile;
  readonly refusal: Refusal | null;
}

export function ProfileForm({ profile, refusal }: Props) {
  return (
    <form action="/api/profile" method="post">
      <FormKey form="profile" />
      <TextField
        name="displayName"
        label="Display name"
        defaultValue={profile.displayName}
        maxLength={64}
        autoComplete="nickname"
        dir="auto"
        refusal={refusal}
        required
      />
      <Select
        name="locale"
        label="Prices and dates"
        options={locales}
        names={localeNames}
        value={profile.locale}
      />
      <Select name="theme" label="Theme" options={themes} names={themeNames} value={profile.theme} />
      <Button variant="quiet">Save</Button>
    </form>
  );
}

interface SelectProps<T extends string> {
  readonly name: string;
  readonly label: string;
  readonly options: readonly T[];
  readonly names: Readonly<Record<T, string>>;
  readonly value: T;
}

function Select<T extends string>({ name, label, options, names, value }: SelectProps<T>) {
  return (
    <div className="mb-5">
      <label htmlFor={name} className="mb-1.5 block font-medium">
        {label}
      </label>
      <select id={name} name={name} defaultValue={value} className={inputStyle}>
        {options.map((option) => (
          <option key={option} value={option}>
            {names[option]}
          </option>
        ))}
      </select>
    </div>
  );
}
