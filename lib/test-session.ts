export {
  ada,
  add,
  beginning,
  bob,
  linesOf,
  live,
} from "@carryover/session/internal/testing/contract/workbench";
