/** A test, named by a part of its title that no other test of the file has, or that all meant have. */
export interface NamedTest {
  /** Where its title stands, from the project's folder. */
  readonly file: string;
  readonly title: string;
}

export interface Requirement {
  /** ASVS 5.0's number, such as `7.2.3`; elsewhere none. */
  readonly number?: string;
  /** What is asked for, in our own words. */
  readonly asks: string;
  /** What we do about it. */
  readonly does: string;
  /** What proves it; none for a deviation alone. */
  readonly tests: readonly NamedTest[];
  /** What is not done as asked, and why. */
  readonly deviation?: string;
}

/** Numbers that ask for something that is not here at all. */
export interface NotApplicable {
  readonly numbers: readonly string[];
  readonly reason: string;
}

export interface Chapter {
  readonly title: string;
  readonly requirements: readonly Requirement[];
  readonly notApplicable: readonly NotApplicable[];
}

/** Tests of one file. */
export function testsIn(file: string, ...titles: string[]): readonly NamedTest[] {
  return titles.map((title) => ({ file, title }));
}
