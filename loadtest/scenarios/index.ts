/** The table of scenarios. */
import { chat } from './chat.ts';
import { churn } from './churn.ts';
import { flood } from './flood.ts';
import { hostile } from './hostile.ts';
import { idle } from './idle.ts';
import type { ScenarioName } from './options.ts';
import type { Scenario } from './run.ts';
import { slow } from './slow.ts';
import { soak } from './soak.ts';

export const SCENARIOS: Readonly<Record<ScenarioName, Scenario>> = {
  chat,
  idle,
  slow,
  flood,
  hostile,
  churn,
  soak,
};
