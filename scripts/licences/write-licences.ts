import { writeFileSync } from "node:fs";
import { licencesPage, PAGE } from "./licences-page";

// npm run licences: writes docs/licences.md, after packages have changed.
writeFileSync(PAGE, licencesPage());
