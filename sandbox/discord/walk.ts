import type { APIMessageComponent } from 'discord.js';

/** Yields every object nested in a JSON value, outermost first. */
export function* objectsIn(value: unknown): Generator<Record<string, unknown>> {
  if (Array.isArray(value)) {
    for (const item of value) yield* objectsIn(item);
  } else if (typeof value === 'object' && value !== null) {
    // Safe cast: any JSON object can be read by string keys.
    yield value as Record<string, unknown>;
    for (const inner of Object.values(value)) yield* objectsIn(inner);
  }
}

/** Yields every component nested in a message's or modal's components, containers before their content. */
export function* componentsIn(components: unknown): Generator<APIMessageComponent> {
  if (Array.isArray(components)) {
    for (const component of components) yield* componentsIn(component);
  } else if (typeof components === 'object' && components !== null && 'type' in components) {
    // Safe cast: the message was checked when it was sent, so every object with a `type` in these lists is a component.
    const component = components as APIMessageComponent;
    yield component;
    const { components: inner, component: child, accessory } = component as unknown as Record<string, unknown>;
    yield* componentsIn(inner);
    yield* componentsIn(child);
    yield* componentsIn(accessory);
  }
}
