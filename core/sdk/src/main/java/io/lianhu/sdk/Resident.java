package io.lianhu.sdk;

import java.util.UUID;

/**
 * An approved resident (居民) as a plugin may see one.
 *
 * @param household the household (户), which outlives each of its members
 * @param division the grid or joint-household group of the home
 */
public record Resident(UUID id, String name, UUID household, DivisionCode division) {}
