export const settingsEn = {
  title: 'Settings',
  appearance: {
    title: 'Appearance',
    caption: 'kept in this browser',
    theme: 'Theme',
    themes: { system: 'As the system', light: 'Light', dark: 'Dark' },
    density: 'Density',
    densityWhy: 'How much fits on a screen',
    densities: { compact: 'Compact', comfortable: 'Comfortable' },
    language: 'Language',
    patterns: 'Patterns on charts',
    patternsWhy: 'Tells series apart without colours',
    shortcuts: 'Single-key shortcuts',
    shortcutsWhy: 'Press ? to see them',
    muted: 'Mute new alerts',
    mutedWhy: 'They are kept under Messages and do not come to the edge of the page',
  },
};
