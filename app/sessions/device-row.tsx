import type { OwnListedSession } from "@carryover/session/next";
import type { Profile } from "@/lib/session-definition";
import { Button } from "../_ui/button";
import { formatTime } from "../_ui/format";

interface Props {
  readonly device: OwnListedSession;
  readonly locale: Profile["locale"];
}

export function DeviceRow({ device, locale }: Props) {
  const { handle, current, device: name, lastSeenAt, createdAt, servedBy } = device;
  const when = (isoTime: string) => <time dateTime={isoTime}>{formatTime(Date.parse(isoTime), locale)}</time>;
  return (
    <li className="flex flex-wrap items-center justify-between gap-4 p-4 sm:p-5" data-testid="device">
      <div>
        <h2 className="font-semibold text-lg [overflow-wrap:anywhere]">
          <bdi>{name}</bdi>
          {current && (
            <span className="ml-2 rounded-full bg-tint px-2.5 py-0.5 align-middle font-normal font-sans text-sm">
              this device
            </span>
          )}
        </h2>
        <p className="text-muted text-sm">
          session <code>{handle}</code> · last changed by server {servedBy}
        </p>
        <p className="text-muted text-sm">
          last seen {when(lastSeenAt)} · signed in {when(createdAt)}
        </p>
      </div>
      <Button variant="quiet" name="handle" value={handle} label={`End this one: ${name}, session ${handle}`}>
        {current ? "End this one" : "End"}
      </Button>
    </li>
  );
}
