import type { ChatEndpoint } from './job.js';
import { JobFailure } from './job.js';
import type { JobMeter } from './job-meter.js';

interface ChatAnswer {
  model?: string;
  choices?: { message?: { content?: string } }[];
  usage?: { prompt_tokens?: number; completion_tokens?: number };
}

/** Asks an OpenAI-compatible endpoint one question; tokens and bytes go to the meter. */
export async function askChat(
  { baseUrl, apiKey, model }: ChatEndpoint,
  question: string,
  meter: JobMeter,
): Promise<string> {
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: question }] });
  const response = await fetch(`${baseUrl.replace(/\/+$/, '')}/chat/completions`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
    },
    body,
    signal: meter.signal,
  });
  const text = await response.text();
  const bytes = Buffer.byteLength(body) + Buffer.byteLength(text);
  const answer = parsed(text);
  meter.addChat({
    bytes,
    model: answer?.model ?? model,
    inputTokens: answer?.usage?.prompt_tokens,
    outputTokens: answer?.usage?.completion_tokens,
  });
  const content = answer?.choices?.[0]?.message?.content;
  if (!response.ok || content === undefined) {
    const again = response.status === 429 || response.status >= 500;
    throw new JobFailure('ChatFailed', `chat answered HTTP ${response.status}`, again);
  }
  return content;
}

function parsed(text: string): ChatAnswer | null {
  try {
    return JSON.parse(text) as ChatAnswer | null;
  } catch {
    return null;
  }
}
