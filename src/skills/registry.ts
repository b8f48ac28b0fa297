/** The hosted skills, in the order in which a task's words are tried. */
import { seoReporting } from "./seo-reporting/skill.ts";
import type { Skill } from "./skill.ts";

export const SKILLS: readonly Skill[] = [seoReporting];
