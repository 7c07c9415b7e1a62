import { errors, Redis, type Requester, type UpstashRequest, type UpstashResponse } from "@upstash/redis";

/** Posts to a path below the service's own: one try. Rejects where no answer came, or not the whole of it. */
export type Post = (path: readonly string[], payload: string) => Promise<Answer>;

export interface Answer {
  /** HTTP says that it succeeded. */
  readonly ok: boolean;
  readonly text: string;
}

const PIPELINE = ["pipeline"];
const MAX_TOGETHER = 100;

/**
 * The client over another way to send than its own. Values come as they are in Redis. What is asked at once travels in one
 * request. It rejects with the client's `UpstashError` where the answer says no, and otherwise as `post` does.
 *
 * @param turn ends when what is asked until then shall go; called with the first that boards
 */
export function rawRedis(post: Post, turn: () => Promise<unknown>): Redis {
  async function ask(path: readonly string[], body: unknown): Promise<unknown> {
    const { ok, text } = await post(path, JSON.stringify(body));
    const answer = JSON.parse(text);
    if (!ok) throw new errors.UpstashError(String(answer?.error));
    return answer;
  }

  const askTogether = together((commands) => ask(PIPELINE, commands), turn);
  return RawRedis.over({
    request: async <T>({ path = [], body }: UpstashRequest) => {
      const isPipeline = path.join("/") === PIPELINE.join("/") && Array.isArray(body);
      return (await (isPipeline ? askTogether(body) : ask(path, body))) as UpstashResponse<T>;
    },
  });
}

/** For a requester the client's constructor takes no options, and pipelines nothing by itself. */
class RawRedis extends Redis {
  static over(requester: Requester): Redis {
    const client = new RawRedis(requester);
    client.opts = { automaticDeserialization: false };
    return client.autoPipeline();
  }
}

/**
 * Has what is asked in one turn travel in one request. The client does it for one tick only, and the requests of different
 * visitors to a busy server never share a tick.
 *
 * @param askAll answers with a list, one entry a command; with anything else, that is everybody's answer
 */
function together(askAll: (commands: readonly unknown[]) => Promise<unknown>, turn: () => Promise<unknown>) {
  let boarding: { readonly commands: unknown[]; readonly answers: Promise<unknown> } | null = null;

  function depart() {
    const commands: unknown[] = [];
    const answers = turn().then(() => {
      if (boarding?.commands === commands) boarding = null;
      return askAll(commands);
    });
    return { commands, answers };
  }

  return async (own: readonly unknown[]): Promise<unknown> => {
    if (!boarding || boarding.commands.length + own.length > MAX_TOGETHER) boarding = depart();
    const { commands, answers } = boarding;
    const from = commands.length;
    commands.push(...own);
    const all = await answers;
    return Array.isArray(all) ? all.slice(from, from + own.length) : all;
  };
}
