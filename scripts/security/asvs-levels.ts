/** The numbers of OWASP ASVS 5.0.0 at levels 1 and 2, by chapter. */
export const asvsLevels: Readonly<Record<string, { readonly one: string; readonly two: string }>> = {
  V3: {
    one: "3.2.1 3.2.2 3.3.1 3.4.1 3.4.2 3.5.1 3.5.2 3.5.3",
    two: "3.3.2 3.3.3 3.3.4 3.4.3 3.4.4 3.4.5 3.4.6 3.5.4 3.5.5 3.7.1 3.7.2",
  },
  V6: {
    one: "6.1.1 6.2.1 6.2.2 6.2.3 6.2.4 6.2.5 6.2.6 6.2.7 6.2.8 6.3.1 6.3.2 6.4.1 6.4.2",
    two: `6.1.2 6.1.3 6.2.9 6.2.10 6.2.11 6.2.12 6.3.3 6.3.4 6.4.3 6.4.4 6.5.1 6.5.2 6.5.3 6.5.4 6.5.5 6.6.1 6.6.2 6.6.3
      6.8.1 6.8.2 6.8.3 6.8.4`,
  },
  V7: {
    one: "7.2.1 7.2.2 7.2.3 7.2.4 7.4.1 7.4.2",
    two: "7.1.1 7.1.2 7.1.3 7.3.1 7.3.2 7.4.3 7.4.4 7.4.5 7.5.1 7.5.2 7.6.1 7.6.2",
  },
  V14: { one: "14.2.1 14.3.1", two: "14.1.1 14.1.2 14.2.2 14.2.3 14.2.4 14.3.2 14.3.3" },
  V16: {
    one: "",
    two: `16.1.1 16.2.1 16.2.2 16.2.3 16.2.4 16.2.5 16.3.1 16.3.2 16.3.3 16.3.4 16.4.1 16.4.2 16.4.3 16.5.1 16.5.2 16.5.3`,
  },
};

const numbersOf = (text: string) => text.split(/\s+/).filter(Boolean);

/** The level of a number: 1, 2, or 3 for what is beyond. */
export function levelOf(number: string): 1 | 2 | 3 {
  const chapters = Object.values(asvsLevels);
  if (chapters.some(({ one }) => numbersOf(one).includes(number))) return 1;
  return chapters.some(({ two }) => numbersOf(two).includes(number)) ? 2 : 3;
}

/** All numbers of levels 1 and 2. */
export const wantedNumbers: readonly string[] = Object.values(asvsLevels).flatMap(({ one, two }) =>
  numbersOf(`${one} ${two}`),
);
