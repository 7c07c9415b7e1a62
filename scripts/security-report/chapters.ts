import { inputAndBypasses } from "./input-and-bypasses";
import type { Chapter } from "./requirement";
import { sessionCheatSheet } from "./session-cheat-sheet";
import { webFrontend } from "./v3-web-frontend";
import { authentication } from "./v6-authentication";
import { sessionManagement } from "./v7-session-management";
import { dataProtection } from "./v14-data-protection";
import { loggingAndErrors } from "./v16-logging-and-errors";

export const chapters: readonly Chapter[] = [
  webFrontend,
  authentication,
  sessionManagement,
  dataProtection,
  loggingAndErrors,
  sessionCheatSheet,
  inputAndBypasses,
];
