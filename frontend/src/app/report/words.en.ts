export const reportEn = {
  export: 'Export report',
  making: 'Making the report…',
  made: 'Report saved',
  failed: 'The report could not be made',
  project: 'Project',
  range: 'Time range',
  filter: 'Only',
  zone: 'Time zone',
  madeAt: 'Made on',
  source: 'Source',
  figures: 'Figures',
  firstRows: (shown: number) => `The first ${shown} rows.`,
  print: 'Print this page to get a PDF.',
  product: 'Agent Performance',
};
export type ReportWords = typeof reportEn;
