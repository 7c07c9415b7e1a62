import { listAt, textAt, valueAt } from "../store/json-field";

/**
 * What was typed into a form, kept in this tab until the next page shows what became of it. Never a password. It is the
 * only thing that a page keeps in the browser's storage.
 */
interface FormDraft {
  /** The page with the form, without its query. */
  readonly page: string;
  readonly action: string;
  /** Whose text it is: `null` before a sign-in. */
  readonly owner: string | null;
  /** Its session was over: it waits for its owner to sign in again. */
  readonly isWaiting: boolean;
  /** By what distinguishes the fields of one form. */
  readonly values: Readonly<Record<string, string>>;
}

const STORE = "form-drafts";
const SIGN_IN_PAGES = ["/login", "/register"];

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/** Keeps what stands in these forms over the next page load. A draft that waits for a sign-in goes on waiting. */
export function keepDrafts(forms: Iterable<HTMLFormElement>, owner: string | null): void {
  const page = window.location.pathname;
  const drafts = readDrafts().filter(({ isWaiting }) => isWaiting);
  for (const form of forms) {
    const values = Object.fromEntries(fieldsOf(form).map((field) => [nameOf(field), stateOf(field)]));
    const action = pathOf(actionOf(form));
    if (action !== null && Object.keys(values).length > 0)
      drafts.push({ page, action, owner, isWaiting: false, values });
  }
  writeDrafts(drafts);
}

/**
 * Puts back what was typed where it was not taken: in a form that was refused, and, after a sign-in, in one whose session
 * was over. All other drafts are done with.
 *
 * @returns whether a form holds a restored value that was not reported to the user: it is not saved yet
 */
export function restoreDrafts(owner: string | null): boolean {
  const { pathname: page, search } = window.location;
  const query = new URLSearchParams(search);
  const next = SIGN_IN_PAGES.includes(page) ? pathOf(query.get("next") ?? "") : null;
  const drafts = readDrafts();
  const waiting = drafts.filter((draft) => draft.page === next);
  writeDrafts(waiting.map((draft) => ({ ...draft, isWaiting: true })));
  let isBack = false;
  for (const draft of drafts) {
    if (draft.page !== page || draft.owner !== owner) continue;
    if (!draft.isWaiting && !query.has("error")) continue;
    for (const form of document.querySelectorAll("form"))
      if (pathOf(actionOf(form)) === draft.action) isBack = fillIn(form, draft) || isBack;
  }
  return isBack && !query.has("error");
}

/** @returns whether it changed anything */
function fillIn(form: HTMLFormElement, { values }: FormDraft): boolean {
  let hasChanged = false;
  for (const field of fieldsOf(form)) {
    const value = values[nameOf(field)];
    if (value === undefined || value === stateOf(field)) continue;
    // Of a group of choices one is taken, which leaves the others.
    if (!isChoice(field)) field.value = value;
    else if (field.type === "checkbox" || value === "true") field.checked = value === "true";
    else continue;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    hasChanged = true;
  }
  return hasChanged;
}

/** What a person fills in, without what a field says shall not be kept. */
const KEPT = ":is(input:not([type=hidden], [type=password]), select, textarea):not([autocomplete=off])";

function fieldsOf(form: HTMLFormElement): Field[] {
  return [...form.querySelectorAll<Field>(KEPT)].filter(({ name }) => name !== "");
}

function isChoice(field: Field): field is HTMLInputElement {
  return field.type === "radio" || field.type === "checkbox";
}

function nameOf(field: Field): string {
  return [field.type, field.name, ...(isChoice(field) ? [field.value] : [])].join(" ");
}

function stateOf(field: Field): string {
  return isChoice(field) ? String(field.checked) : field.value;
}

// Not `form.action`: a field named `action` stands in its place (HTML: the form's named elements).
function actionOf(form: HTMLFormElement): string {
  return form.getAttribute("action") ?? "";
}

/** `null` for what is no URL: anybody may have written the address. */
function pathOf(url: string): string | null {
  try {
    return new URL(url, window.location.href).pathname;
  } catch {
    return null;
  }
}

// A browser may refuse its storage: then there are no drafts.
function readDrafts(): FormDraft[] {
  try {
    return listAt(JSON.parse(window.sessionStorage.getItem(STORE) ?? "[]")).flatMap(parseDraft);
  } catch {
    return [];
  }
}

function writeDrafts(drafts: readonly FormDraft[]): void {
  try {
    if (drafts.length > 0) window.sessionStorage.setItem(STORE, JSON.stringify(drafts));
    else window.sessionStorage.removeItem(STORE);
  } catch {
    // As above.
  }
}

function parseDraft(value: unknown): FormDraft[] {
  const [page, action] = [textAt(value, "page"), textAt(value, "action")];
  if (page === null || action === null) return [];
  const values = Object.entries(valueAt(value, "values") ?? {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return [
    {
      page,
      action,
      owner: textAt(value, "owner"),
      isWaiting: valueAt(value, "isWaiting") === true,
      values: Object.fromEntries(values),
    },
  ];
}
