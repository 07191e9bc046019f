package io.lianhu.server.resident;

import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * The parts of names and addresses by which residents are searched, and of other titles: one or two characters of a name, two of an address, each in a row
 * that equality finds. The rows are made from the residents' by the database, in the transaction of the change; whoever changes a name
 * or a place takes the grams away before, and puts them back after.
 */
public final class Grams {

    /** Of a text that is searched for; the rest is compared with what these find. */
    private static final int MOST = 4;

    private static final String OF_RESIDENTS =
            "select distinct 'n' || substr(t.text, i, t.size) as gram, left(r.division_code, 12) as village, r.id"
                    + " from lianhu_core.resident r"
                    + " cross join lateral (select " + normal("r.name")
                    + " as text, size from generate_series(1, 2) size) t"
                    + " cross join lateral generate_series(1, length(t.text) - t.size + 1) i where r.id = any ($1)"
                    + " union all select distinct 'a' || substr(t.text, i, 2), left(r.division_code, 12), r.id"
                    + " from lianhu_core.resident r cross join lateral (select " + normal("r.address") + " as text) t"
                    + " cross join lateral generate_series(1, length(t.text) - 1) i where r.id = any ($1)";

    static final String PUT = "insert into lianhu_core.resident_gram (gram, village, resident_id) select * from ("
            + OF_RESIDENTS + ") fresh order by 1, 2, 3 on conflict do nothing";

    private static final String TAKE =
            "delete from lianhu_core.resident_gram g using (" + OF_RESIDENTS + ") old (gram, village, id)"
                    + " where g.gram = old.gram and g.village = old.village and g.resident_id = old.id";

    private Grams() {}

    /** SQL that brings a column to the form in which texts are compared: without blanks, case and forms of width. */
    public static String normal(String column) {
        return "regexp_replace(lower(normalize(" + column + ", NFKC)), '\\s', '', 'g')";
    }

    /** The same form of a text that is searched for. */
    public static String normalised(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFKC)
                .toLowerCase(Locale.ROOT)
                .replaceAll("\\s", "");
    }

    /** Takes the residents' grams away, as they follow from their rows. */
    static Uni<Void> take(UUID... residents) {
        return Statements.CORE.run(TAKE, (Object) residents).replaceWithVoid();
    }

    /** Puts the residents' grams. */
    static Uni<Void> put(UUID... residents) {
        return Statements.CORE.run(PUT, (Object) residents).replaceWithVoid();
    }

    /** The grams that every name with this part has; the part is of the normal form, and not empty. */
    public static List<String> ofName(String part) {
        return spread('n', part, part.codePointCount(0, part.length()) == 1 ? 1 : 2);
    }

    /** The grams that every address with this part has; of two characters at least. */
    static List<String> ofAddress(String part) {
        return spread('a', part, 2);
    }

    /** Some, as far from each other as can be: neighbours find the same rows. */
    private static List<String> spread(char kind, String part, int size) {
        int[] characters = part.codePoints().toArray();
        List<String> all = new ArrayList<>();
        for (int i = 0; i + size <= characters.length; i++) {
            all.add(kind + new String(characters, i, size));
        }
        LinkedHashSet<String> chosen = new LinkedHashSet<>();
        int last = all.size() - 1;
        for (int i = 0; i < MOST; i++) {
            chosen.add(all.get(last * i / (MOST - 1)));
        }
        return List.copyOf(chosen);
    }
}
