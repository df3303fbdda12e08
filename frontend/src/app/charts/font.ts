/** The stack of `styles.css`, for what is drawn on a canvas. */
export const FONT =
  "Inter, -apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, 'Noto Sans', Ubuntu, Cantarell, 'DejaVu Sans Condensed', sans-serif";
