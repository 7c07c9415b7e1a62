import { errors, Redis, type Requester, type UpstashRequest, type UpstashResponse } from "@upstash/redis";

/** Posts to a path below the service's own: one try. Rejects where no answer came, or not the whole of it. */
export type Post = (path: readonly string[], payload: string) => Promise<Answer>;

export interface Answer {
  /** Of HTTP. */
  readonly status: number;
  readonly text: string;
}

/** An answer came that is not the service's: a page of something between, or another shape. Its text stays here. */
export class ForeignAnswer extends Error {
  override readonly name = "ForeignAnswer";
  constructor(
    /** For the operator's log: `HTTP502`, `shape`. */
    readonly reason: string,
    /** What was asked may have been done all the same. */
    readonly mayBeDone: boolean,
  ) {
    super("The answer is not the service's.");
  }
}

const PIPELINE = "pipeline";
const MAX_TOGETHER = 100;

/**
 * The client over another way to send than its own. Values come as they are in Redis. What is asked at once travels in one
 * request. It rejects with the client's `UpstashError` where the answer says no, with {@link ForeignAnswer} where it says
 * nothing, and otherwise as `post` does.
 *
 * @param turn ends when what is asked until then shall go; called with the first that boards
 */
export function rawRedis(post: Post, turn: () => Promise<unknown>): Redis {
  async function ask(path: readonly string[], payload: string): Promise<unknown> {
    const { status, text } = await post(path, payload);
    const isSuccess = status >= 200 && status <= 299;
    const answer = parseJson(text);
    if (answer === undefined) throw new ForeignAnswer(`HTTP${status}`, mayBeDone(status));
    if (!isSuccess) throw new errors.UpstashError(errorOf(answer) ?? `HTTP${status}`);
    return answer;
  }

  const askTogether = together(async (commands) => {
    const answers = await ask([PIPELINE], `[${commands.join(",")}]`);
    if (!Array.isArray(answers) || answers.length !== commands.length) throw new ForeignAnswer("shape", true);
    return answers;
  }, turn);

  async function request({ path = [], body }: UpstashRequest): Promise<unknown> {
    if (path.length === 0) {
      const [answer] = await askTogether([asText(body)]);
      // The client takes this apart: what it cannot take apart is no answer.
      if (typeof answer !== "object" || answer === null) throw new ForeignAnswer("shape", true);
      return answer;
    }
    if (path.join("/") === PIPELINE && Array.isArray(body)) return askTogether(body.map(asText));
    return ask(path, asText(body));
  }

  return RawRedis.over({
    request: async <T>(asked: UpstashRequest) => (await request(asked)) as UpstashResponse<T>,
  });
}

/** A command as it travels: one that cannot be written fails by itself, before it boards, and not with everybody else's. */
const asText = (command: unknown): string => JSON.stringify(command) ?? "null";

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function errorOf(answer: unknown): string | undefined {
  return typeof answer === "object" && answer !== null && "error" in answer
    ? String(answer.error)
    : undefined;
}

/**
 * Whether a request may have been carried out that was answered by something between, by its status (RFC 9110, 15). Success
 * hides a yes; 500, 502 and 504 say that somebody further on was asked, and not how it went. What is refused (429, 413), sent
 * elsewhere (3xx) or not taken up at all (503) was not: to send it again at once would only add to the trouble.
 */
function mayBeDone(status: number): boolean {
  return (status >= 200 && status <= 299) || status === 500 || status === 502 || status === 504;
}

/**
 * For a requester the client's constructor takes no options. It batches nothing by itself, and is not to: its `autoPipeline()`
 * counts a command that it cannot serialise, and hands the answers after it to the wrong callers.
 */
class RawRedis extends Redis {
  static over(requester: Requester): Redis {
    const client = new RawRedis(requester);
    client.opts = { automaticDeserialization: false };
    return client;
  }
}

/** Has what is asked in one turn travel in one request; each gets the answers to its own commands. */
function together(
  askAll: (commands: readonly string[]) => Promise<readonly unknown[]>,
  turn: () => Promise<unknown>,
) {
  let boarding: { readonly commands: string[]; readonly answers: Promise<readonly unknown[]> } | null = null;

  function depart() {
    const commands: string[] = [];
    const answers = turn().then(() => {
      if (boarding?.commands === commands) boarding = null;
      return askAll(commands);
    });
    return { commands, answers };
  }

  return async (own: readonly string[]): Promise<readonly unknown[]> => {
    if (!boarding || boarding.commands.length + own.length > MAX_TOGETHER) boarding = depart();
    const { commands, answers } = boarding;
    const from = commands.length;
    commands.push(...own);
    return (await answers).slice(from, from + own.length);
  };
}
