import { type Profile, themes } from "@/lib/session/session";

const names = { system: "System", light: "Light", dark: "Dark" } as const;

/** Three buttons that keep a theme in the session; choosing one begins a session where there is none. */
export function ThemeChoice({ theme }: { readonly theme: Profile["theme"] }) {
  return (
    <form action="/api/profile" method="post" className="flex items-center gap-1">
      <span id="theme-label" className="mr-1">
        Theme
      </span>
      {themes.map((each) => (
        <button
          key={each}
          type="submit"
          name="theme"
          value={each}
          aria-pressed={each === theme}
          aria-describedby="theme-label"
          className="min-h-11 rounded-full border border-transparent px-3 hover:border-edge aria-pressed:border-edge aria-pressed:bg-surface aria-pressed:text-ink"
        >
          {names[each]}
        </button>
      ))}
    </form>
  );
}
