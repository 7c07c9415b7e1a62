/** A dare that is not begun, and why, in a sentence for a person. `status` is what the supervisor answers with. */
export class DareRefused extends Error {
  override readonly name = "DareRefused";
  constructor(
    readonly status: 400 | 404 | 409,
    sentence: string,
  ) {
    super(sentence);
  }
}
