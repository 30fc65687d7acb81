/** The routes by which a member can be reached, in the order in which they are tried. */
export const DELIVERY_ROUTES = ['reply', 'message', 'channel', 'direct message'] as const;
export type DeliveryRoute = (typeof DELIVERY_ROUTES)[number];
