/** The library that draws, in a chunk of its own: the largest there is. */
export const loadEcharts = () => import('./echarts');
