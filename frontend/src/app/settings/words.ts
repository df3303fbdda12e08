import type { WordsOf } from '../i18n/language';
import { display } from '../format/display';
import { channelsDe } from './channel-words.de';
import { channelsEn } from './channel-words.en';

/** The words about channels in the language that figures are written in. */
export function channelWords(): WordsOf<typeof channelsEn> {
  return display().language === 'de' ? channelsDe : channelsEn;
}
