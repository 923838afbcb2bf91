export { partThinking } from '../ui/thinking.ts';
