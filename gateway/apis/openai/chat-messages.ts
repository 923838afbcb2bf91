/** The messages of a chat completion, as far as they are read. */
import { z } from 'zod';

const Part = z.looseObject({
  type: z.string(),
  text: z.string().nullish(),
  refusal: z.string().nullish(),
  file: z
    .looseObject({
      filename: z.string().nullish(),
      file_data: z.string().nullish(),
    })
    .nullish(),
  image_url: z.union([z.string(), z.looseObject({ url: z.string() })]).nullish(),
});

const Called = z.looseObject({ name: z.string(), arguments: z.string() });

export const Message = z.looseObject({
  role: z.string(),
  content: z.union([z.string(), z.array(Part)]).nullish(),
  name: z.string().nullish(),
  reasoning_content: z.string().nullish(),
  reasoning: z.string().nullish(),
  tool_calls: z.array(z.looseObject({ id: z.string(), function: Called })).nullish(),
  function_call: Called.nullish(),
  tool_call_id: z.string().nullish(),
});

export type MessagePart = z.output<typeof Part>;
