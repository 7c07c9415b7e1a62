/** A request that is answered with this HTTP status and `{"error": message}`. */
export class RestProblem extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** The methods that a 405 names. */
    readonly allow?: string,
  ) {
    super(message);
    this.name = "RestProblem";
  }
}
