package io.lianhu.points.ledger;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A household's place on the honour roll ({@code PointsRankedHousehold}).
 *
 * @param name the head of household's; null if the county no longer knows the household
 */
public record RankedHousehold(int rank, int points, UUID householdId, @Nullable String name) {}
