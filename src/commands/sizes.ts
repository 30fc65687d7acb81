/** The sizes that SDXL was trained on, in pixels, with what the picker shows; the first is the default. */
export const SIZES = [
  { value: '1024x1024', name: 'Square 1024×1024', width: 1024, height: 1024 },
  { value: '896x1152', name: 'Portrait 896×1152', width: 896, height: 1152 },
  { value: '1152x896', name: 'Landscape 1152×896', width: 1152, height: 896 },
  { value: '832x1216', name: 'Portrait 832×1216', width: 832, height: 1216 },
  { value: '1216x832', name: 'Landscape 1216×832', width: 1216, height: 832 },
  { value: '768x1344', name: 'Tall 768×1344', width: 768, height: 1344 },
  { value: '1344x768', name: 'Wide 1344×768', width: 1344, height: 768 },
] as const;
