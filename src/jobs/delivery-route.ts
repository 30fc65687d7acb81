/** The ways to a member, best first. */
export const DELIVERY_ROUTES = ['reply', 'message', 'channel', 'direct message'] as const;
export type DeliveryRoute = (typeof DELIVERY_ROUTES)[number];
