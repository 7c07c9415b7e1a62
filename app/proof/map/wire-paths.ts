/** Where a part of the map stands, in pixels of the map. */
export interface Place {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface MapPlaces {
  readonly browser: Place;
  readonly balancer: Place;
  readonly servers: Readonly<Record<string, Place>>;
  readonly gateway: Place;
  readonly redis: Place;
  readonly width: number;
}

/** The wires of the map as SVG paths. Wires run on under the parts, which hide them there. */
export interface Wires {
  /** From the browser to the balancer, and from the gateway to Redis. */
  readonly common: readonly string[];
  readonly servers: Readonly<
    Record<string, { readonly into: string; readonly out: string; readonly whole: string }>
  >;
}

/** How far the tall map's wires stay from its edges. */
const GUTTER = 7;
const BEND = 10;

/** A wide map runs from left to right; a tall one down its right edge, through a server, and down its left. */
export function wirePaths(places: MapPlaces): Wires {
  const { browser, balancer, gateway, redis } = places;
  const isWide = Object.values(places.servers).every(({ left }) => left >= balancer.left + balancer.width);
  const isOneColumn = balancer.top >= browser.top + browser.height;
  const first = isOneColumn
    ? line([below(browser), above(balancer)])
    : line([right(browser), left(balancer)]);
  const isStacked = redis.top >= gateway.top + gateway.height;
  const last = isStacked ? line([below(gateway), above(redis)]) : line([right(gateway), left(redis)]);
  const servers = Object.entries(places.servers).map(([name, server]) => {
    const into = isWide ? curve(right(balancer), left(server)) : downRight(places, server);
    const out = isWide ? curve(right(server), left(gateway)) : downLeft(server, gateway);
    const start = isWide ? right(balancer) : { x: places.width - GUTTER, y: middle(balancer) };
    const landing = isWide ? left(gateway) : { x: GUTTER, y: middle(gateway) };
    const across = `${at(start)} ${into.replace("M", "L")} L ${point(isWide ? right(server) : left(server))}`;
    const whole = `${first} ${across.replace("M", "L")} ${out.replace("M", "L")} L ${point(landing)} L ${point(isStacked ? { ...below(gateway), y: middle(gateway) } : right(gateway))} ${last.replace("M", "L")}`;
    return [name, { into, out, whole }] as const;
  });
  return { common: [first, last], servers: Object.fromEntries(servers) };
}

interface Point {
  readonly x: number;
  readonly y: number;
}

const middle = ({ top, height }: Place) => top + height / 2;
const left = (place: Place): Point => ({ x: place.left, y: middle(place) });
const right = (place: Place): Point => ({ x: place.left + place.width, y: middle(place) });
const above = (place: Place): Point => ({ x: place.left + place.width / 2, y: place.top });
const below = (place: Place): Point => ({ ...above(place), y: place.top + place.height });
const point = ({ x, y }: Point) => `${round(x)} ${round(y)}`;
const at = (start: Point) => `M ${point(start)}`;
const round = (value: number) => Math.round(value * 10) / 10;

function line([from, to]: readonly [Point, Point]): string {
  return `${at(from)} L ${point(to)}`;
}

function curve(from: Point, to: Point): string {
  const half = (to.x - from.x) / 2;
  return `${at(from)} C ${point({ x: from.x + half, y: from.y })} ${point({ x: to.x - half, y: to.y })} ${point(to)}`;
}

function downRight({ balancer, width }: MapPlaces, server: Place): string {
  const x = width - GUTTER;
  const end = right(server);
  return `${at({ x, y: balancer.top + balancer.height })} L ${point({ x, y: end.y - BEND })} Q ${point({ x, y: end.y })} ${point({ x: x - BEND, y: end.y })} L ${point(end)}`;
}

function downLeft(server: Place, gateway: Place): string {
  const x = GUTTER;
  const start = left(server);
  return `${at(start)} L ${point({ x: x + BEND, y: start.y })} Q ${point({ x, y: start.y })} ${point({ x, y: start.y + BEND })} L ${point({ x, y: gateway.top })}`;
}
