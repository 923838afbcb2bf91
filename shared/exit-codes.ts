/** How the processes end; service managers and scripts look at these. */

export const EXIT_FAILED = 1;

/** Of server and gateway: another start with the same settings would end the same way. */
export const EXIT_SETTINGS = 2;

/** Of commands: the command line was wrong. */
export const EXIT_USAGE = 3;
