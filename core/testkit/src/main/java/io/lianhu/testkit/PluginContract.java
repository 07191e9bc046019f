package io.lianhu.testkit;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lianhu.sdk.ErrorType;
import io.lianhu.sdk.Role;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The laws that every plugin keeps. A plugin's author extends this class as {@code …IT} and says, in {@link #write}, how something of the
 * plugin's comes into being; the laws do the rest, against the real server and in fresh counties.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class PluginContract {
    private static final List<Role> ROLES_OF_A_COUNTY = List.of(
            Role.RESIDENT,
            Role.GRID_WORKER,
            Role.VILLAGE_CADRE,
            Role.TOWN_CENTRE,
            Role.COUNTY_CENTRE,
            Role.UNIT_OFFICER,
            Role.COUNTY_ADMINISTRATOR);
    private static final Set<String> WITHOUT_A_POST = Set.of("anyone", "person");
    private static final Pattern PARAMETER = Pattern.compile("\\{[a-zA-Z]+}");
    private static final String NODE = "query ($id: ID!) { node(id: $id) { id } }";
    private static final int REPETITIONS = 20;
    private static final int ROUNDS = 3;

    private PluginArchive archive;
    private PluginSchema schema;
    private TestHost host;
    private TwoCounties counties;

    /** The jar under test; unless overridden, the one that Maven packed into the module's {@code target}. */
    protected Path plugin() {
        return PluginArchive.built();
    }

    /** How the host is set up; unless overridden, with this plugin alone. */
    protected TestHost.Options options() {
        return TestHost.Options.with(plugin());
    }

    /** How long the memory of an exchanged version may take to be given back. */
    protected Duration patience() {
        return Duration.ofMinutes(1);
    }

    /** Writes one object of the plugin's in the county, which enables it, and tells where it shows there. Called several times. */
    protected abstract Sample write(County county);

    @BeforeAll
    final void startHost() {
        archive = new PluginArchive(plugin());
        schema = new PluginSchema(archive.sdl(), archive.prefix());
        host = TestHost.shared(options());
        String running = host.operator().plugins().get(archive.id());
        assertTrue(
                running != null, () -> archive.id() + " does not run; the server says: " + host.logged(archive.id()));
        counties = TwoCounties.of(host, archive.id());
    }

    @Test
    @DisplayName("Its types and fields are in the schema of a county that enables it, and of no other")
    final void schemaFollowsTheCounty() {
        ServedSchema with = new ServedSchema(counties.first().anonymous());
        ServedSchema without = new ServedSchema(host.newCounty().anonymous());
        assertAll(
                () -> assertEquals(Set.of(), minus(schema.types(), with.types()), "types missing where it is enabled"),
                () -> assertEquals(
                        Set.of(), minus(schema.addedFields(), with.fields()), "fields missing where it is enabled"),
                () -> assertEquals(Set.of(), common(schema.types(), without.types()), "types where it is not enabled"),
                () -> assertEquals(
                        Set.of(), common(schema.addedFields(), without.fields()), "fields where it is not enabled"));
    }

    private static Set<String> minus(Set<String> some, Set<String> others) {
        Set<String> rest = new TreeSet<>(some);
        rest.removeAll(others);
        return rest;
    }

    private static Set<String> common(Set<String> some, Set<String> others) {
        Set<String> both = new TreeSet<>(some);
        both.retainAll(others);
        return both;
    }

    @Test
    @DisplayName("Every name begins with the plugin's prefix")
    final void namesCarryThePrefix() {
        String prefix = archive.prefix();
        List<String> faults = new ArrayList<>(schema.unprefixed());
        archive.holders().keySet().stream()
                .filter(permission -> !permission.startsWith(prefix + ":"))
                .forEach(faults::add);
        archive.errorCodes().stream()
                .filter(code -> !code.startsWith(prefix.toUpperCase(Locale.ROOT) + "_"))
                .forEach(faults::add);
        assertEquals(List.of(), faults);
    }

    @Test
    @DisplayName("Every type, field, argument and value has a description")
    final void everythingIsDescribed() {
        assertEquals(List.of(), schema.undescribed());
    }

    @Test
    @DisplayName("Every error and permission has its text in both languages, and both have the same texts")
    final void textsAreInBothLanguages() {
        Properties chinese = archive.messages("zh_CN");
        Properties english = archive.messages("en");
        Set<String> needed = new TreeSet<>();
        archive.errorCodes().forEach(code -> needed.add("error." + code));
        archive.holders().keySet().forEach(permission -> needed.add("permission." + permission));
        assertAll(
                () -> assertEquals(Set.of(), minus(needed, english.stringPropertyNames()), "missing texts"),
                () -> assertEquals(
                        new TreeSet<>(english.stringPropertyNames()), new TreeSet<>(chinese.stringPropertyNames())),
                () -> assertAll(common(english.stringPropertyNames(), chinese.stringPropertyNames()).stream()
                        .map(key -> () -> assertEquals(
                                parameters(english.getProperty(key)), parameters(chinese.getProperty(key)), key))));
    }

    private static Set<String> parameters(String text) {
        return PARAMETER.matcher(text).results().map(MatchResult::group).collect(Collectors.toSet());
    }

    @Test
    @DisplayName("Every root field names a permission")
    final void rootFieldsNameAPermission() {
        List<String> without = schema.rootPermissions().entrySet().stream()
                .filter(field -> field.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .toList();
        assertEquals(List.of(), without);
    }

    @Test
    @DisplayName("Nobody changes anything without a token, nor reads what is not for anyone")
    final void anonymousCallersAreRefused() {
        County county = counties.first();
        assertRefused(
                county.anonymous(),
                ErrorType.UNAUTHENTICATED,
                callable().entrySet().stream()
                        .filter(field -> field.getKey().startsWith("Mutation.")
                                || !field.getValue().equals("anyone"))
                        .map(Map.Entry::getKey)
                        .toList());
    }

    @Test
    @DisplayName("Nobody passes without a post that holds the permission")
    final void callersWithoutThePermissionAreRefused() {
        County county = counties.first();
        Map<String, Set<Role>> holders = archive.holders();
        Map<String, String> guarded = callable();
        guarded.values().removeIf(WITHOUT_A_POST::contains);
        assertRefused(county.stranger(), ErrorType.FORBIDDEN, List.copyOf(guarded.keySet()));
        for (Role role : ROLES_OF_A_COUNTY) {
            List<String> forbidden = guarded.entrySet().stream()
                    .filter(field -> holders.containsKey(field.getValue()))
                    .filter(field ->
                            !holders.getOrDefault(field.getValue(), Set.of()).contains(role))
                    .map(Map.Entry::getKey)
                    .toList();
            if (!forbidden.isEmpty()) {
                assertRefused(county.person(role), ErrorType.FORBIDDEN, forbidden);
            }
        }
    }

    /** Root fields that one request calls, with their permissions. */
    private Map<String, String> callable() {
        Map<String, String> fields = schema.rootPermissions();
        fields.keySet().removeIf(field -> field.startsWith("Subscription."));
        return fields;
    }

    private void assertRefused(GraphqlClient caller, ErrorType type, List<String> rootFields) {
        ServedSchema served = new ServedSchema(counties.first().anonymous());
        assertAll(rootFields.stream().map(field -> () -> caller.expectError(type, served.operation(field), Map.of())));
    }

    @Test
    @DisplayName("What one county wrote is not there for another: neither by its id nor in any list")
    final void countiesDoNotSeeEachOther() {
        Sample first = write(counties.first());
        Sample second = write(counties.second());
        assertShown(first);
        assertShown(second);
        assertHidden(first, second);
        assertHidden(second, first);
    }

    private static void assertShown(Sample sample) {
        assertEquals(
                sample.id(),
                sample.reader()
                        .query(NODE, Map.of("id", sample.id()))
                        .at("/node")
                        .path("id")
                        .asText(),
                "its own reader sees it");
        for (Sample.Listing listing : sample.listings()) {
            Answer answer = sample.reader().query(listing.document(), listing.variables());
            assertTrue(answer.data().toString().contains(sample.id()), () -> sample.id() + " is not in " + answer);
        }
    }

    /** The other county's reader asks for the id, for lists of the own county, and for lists with the ids of this one. */
    private static void assertHidden(Sample hidden, Sample other) {
        Answer byId = other.reader().ask(NODE, Map.of("id", hidden.id()));
        assertTrue(
                byId.errors().isEmpty()
                        ? byId.at("/node").isNull()
                        : byId.errors().get(0).type().equals(ErrorType.NOT_FOUND.name()),
                () -> "Neither null nor NOT_FOUND: " + byId);
        List<Sample.Listing> listings = new ArrayList<>(other.listings());
        listings.addAll(hidden.listings());
        for (Sample.Listing listing : listings) {
            Answer answer = other.reader().ask(listing.document(), listing.variables());
            assertFalse(answer.body().toString().contains(hidden.id()), () -> hidden.id() + " is in " + answer);
        }
    }

    @Test
    @DisplayName("A plugin whose tables name people tells what it holds on them")
    final void personalDataIsTold() {
        List<String> columns = archive.columnsOfPeople();
        if (!columns.isEmpty()) {
            assertTrue(archive.tellsPersonalData(), () -> columns + " name people: personalData() has to tell of them");
        }
    }

    @Test
    @DisplayName("It never blocks the event loop")
    final void eventLoopIsNotBlocked() {
        Sample sample = write(counties.first());
        List<String> warnings = List.of();
        // A machine that is busy with other things stalls a round now and then; a plugin that blocks stalls each.
        for (int round = 0; round < ROUNDS; round++) {
            int before = blockedLines().size();
            for (int i = 0; i < REPETITIONS; i++) {
                assertShown(sample);
            }
            write(counties.first());
            List<String> now = blockedLines();
            warnings = now.subList(before, now.size());
            if (warnings.isEmpty()) {
                return;
            }
        }
        assertEquals(List.of(), warnings);
    }

    private List<String> blockedLines() {
        return host.logged("vert.x-eventloop-thread", "has been blocked for");
    }

    @Test
    @DisplayName(
            "When a new version takes its place, nothing of the old one stays in memory, and its data is still there")
    final void classLoaderIsFreed() {
        Sample sample = write(counties.first());
        String running = host.operator().plugins().getOrDefault(archive.id(), "0.0.0");
        String next = PluginArchive.after(running);
        assertEquals(next, host.operator().installPlugin(archive.repack(next, host.scratchFolder())));
        assertShown(sample);
        Eventually.within(patience()).untilHolds("no unloaded version is left in memory", () -> {
            host.first().collectGarbage();
            return host.operator().pluginsLingering() == 0;
        });
    }
}
