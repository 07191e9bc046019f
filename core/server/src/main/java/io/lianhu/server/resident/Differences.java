package io.lianhu.server.resident;

import io.lianhu.sdk.ApiException;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** In what two records differ, and what a merge takes of each. */
final class Differences {

    private final ResidentRecord kept;
    private final ResidentRecord other;
    private final boolean sameTelephone;

    /**
     * The differences.
     *
     * @param sameTelephone whether both have the same number, which is kept sealed
     */
    Differences(ResidentRecord kept, ResidentRecord other, boolean sameTelephone) {
        this.kept = kept;
        this.other = other;
        this.sameTelephone = sameTelephone;
    }

    /** What is not the same on both sides; unknown on one side counts. */
    List<ResidentField> all() {
        return Arrays.stream(ResidentField.values())
                .filter(field -> !same(field))
                .toList();
    }

    private boolean same(ResidentField field) {
        return switch (field) {
            case NAME -> kept.getName().equals(other.getName());
            case HOME ->
                kept.getDivisionCode().equals(other.getDivisionCode())
                        && kept.getAddress().equals(other.getAddress())
                        && Objects.equals(kept.getHouseholdId(), other.getHouseholdId());
            case TELEPHONE -> sameTelephone;
            case ID_NUMBER -> Arrays.equals(kept.idNumberDigest(), other.idNumberDigest());
            case BIRTH_DATE -> Objects.equals(kept.getBirthDate(), other.getBirthDate());
            case SEX -> kept.getSex() == other.getSex();
            case RESIDENCE -> kept.getResidence() == other.getResidence();
            case RELATION -> kept.getRelation() == other.getRelation();
            case LOGIN -> Objects.equals(kept.getSubject(), other.getSubject());
        };
    }

    private static boolean knows(ResidentRecord record, ResidentField field) {
        return switch (field) {
            case NAME, HOME -> true;
            case TELEPHONE -> record.sealedTelephone() != null;
            case ID_NUMBER -> record.sealedIdNumber() != null;
            case BIRTH_DATE -> record.getBirthDate() != null;
            case SEX -> record.getSex() != null;
            case RESIDENCE -> record.getResidence() != null;
            case RELATION -> record.getRelation() != null;
            case LOGIN -> record.getSubject() != null;
        };
    }

    boolean twoLogins() {
        return kept.getSubject() != null && other.getSubject() != null;
    }

    /**
     * What the merge takes of the other record: what was chosen, and what the kept one does not know. Sex and birth date go with the ID
     * number, which proves them.
     *
     * @throws ApiException {@code INVALID_INPUT} where something is chosen that the other record does not know, or that the ID number
     *     that stays contradicts
     */
    Set<ResidentField> taken(Collection<ResidentField> chosen) {
        Set<ResidentField> taken = EnumSet.noneOf(ResidentField.class);
        for (ResidentField field : all()) {
            if (knows(other, field) && (chosen.contains(field) || !knows(kept, field))) {
                taken.add(field);
            }
        }
        if (taken.contains(ResidentField.ID_NUMBER)) {
            ResidentField.PROVED.stream().filter(field -> !same(field)).forEach(taken::add);
        } else if (knows(kept, ResidentField.ID_NUMBER)) {
            taken.removeAll(ResidentField.PROVED);
        }
        if (chosen.stream().anyMatch(field -> !same(field) && !taken.contains(field))) {
            throw ApiException.invalid("take");
        }
        return taken;
    }
}
