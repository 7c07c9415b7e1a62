/** A chaos action that is not begun, and why, in a sentence for a person. `status` is what the supervisor answers with. */
export class ChaosRefused extends Error {
  override readonly name = "ChaosRefused";
  constructor(
    readonly status: 400 | 404 | 409,
    sentence: string,
  ) {
    super(sentence);
  }
}
