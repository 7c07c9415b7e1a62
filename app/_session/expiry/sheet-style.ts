/** What lies over the foot of the page, and leaves the rest of it to be used. */
export const sheetStyle =
  "fixed inset-x-4 bottom-4 z-10 m-0 mx-auto w-auto max-w-md rounded-2xl border border-brand bg-surface p-5 text-ink shadow-card sm:right-6 sm:bottom-6 sm:left-auto sm:w-[26rem]";
