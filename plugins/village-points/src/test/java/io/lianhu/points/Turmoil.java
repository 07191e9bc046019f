package io.lianhu.points;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lianhu.sdk.ErrorType;
import io.lianhu.sdk.GlobalId;
import io.lianhu.testkit.Answer;
import io.lianhu.testkit.GraphqlClient;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Everything that moves points, at random, from many threads, much of it sent twice by the same key; and what the answers say must then
 * be true, kept here so that it can be compared with the database. Clients whose server dies try again until they are answered.
 */
final class Turmoil {
    private static final int THREADS = 16;
    private static final int CLOSED_CASE = 5;
    private static final int STOCK = 400;
    private static final Set<String> REFUSALS = Set.of(
            PointsError.POINTS_INSUFFICIENT_BALANCE.name(),
            PointsError.POINTS_OUT_OF_STOCK.name(),
            PointsError.POINTS_PICKUP_CODE_WRONG.name(),
            PointsError.POINTS_REDEMPTION_RESOLVED.name(),
            PointsError.POINTS_RULE_CAP_REACHED.name(),
            PointsError.POINTS_TRANSFER_REVERSED.name());

    /** Whose account it is. */
    private record Owner(GraphqlClient resident, String kind) {}

    private record Person(Village village, GraphqlClient client, String residentId, Owner household, Owner self) {
        Owner owner(String kind) {
            return kind.equals("PERSON") ? self : household;
        }
    }

    private record Goods(Village village, String id, int price) {}

    private record Award(Village village, String id, Owner owner, int points) {}

    private record Redemption(Goods goods, String id, String code, Person by, Owner owner, int points, int quantity) {}

    /** Something to be done, once, however often it is sent. */
    private record Operation(Step step, GraphqlClient by, Map<String, Object> input, Consumer<Step.Done> confirmed) {
        String key() {
            return String.valueOf(input.get("idempotencyKey"));
        }
    }

    private final long seed;
    private final List<Village> villages;
    private final List<Person> people = new ArrayList<>();
    private final List<Goods> goods = new ArrayList<>();
    private final Map<Village, String> rules = new HashMap<>();
    private final Queue<Map.Entry<String, Person>> cases = new ConcurrentLinkedQueue<>();
    private final AtomicInteger keys = new AtomicInteger();
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger unanswered = new AtomicInteger();
    private final Queue<Operation> echoes = new ConcurrentLinkedQueue<>();

    private final List<String> faults = new CopyOnWriteArrayList<>();
    private final Map<String, String> results = new ConcurrentHashMap<>();
    private final List<Award> awards = new CopyOnWriteArrayList<>();
    private final Map<String, Redemption> redemptions = new ConcurrentHashMap<>();
    private final List<Redemption> made = new CopyOnWriteArrayList<>();
    private final Map<String, String> outcomes = new ConcurrentHashMap<>();
    private final Set<String> reversed = ConcurrentHashMap.newKeySet();
    private final Set<String> closed = ConcurrentHashMap.newKeySet();
    private final Map<Owner, AtomicLong> worth = new ConcurrentHashMap<>();

    Turmoil(List<Village> villages, int casesToClose, long seed) {
        this.seed = seed;
        this.villages = villages;
        for (Village village : villages) {
            rules.put(village, village.rule("庭院整洁", "MANUAL", 20, Map.of("monthlyCap", 400)));
            village.rule("随手拍", "CASE_CLOSED", CLOSED_CASE, Map.of());
            goods.add(new Goods(village, village.item("洗衣粉", 15, STOCK), 15));
            goods.add(new Goods(village, village.item("毛巾", 8, STOCK), 8));
            GraphqlClient head = village.resident();
            Owner household = new Owner(head, "HOUSEHOLD");
            settle(village, head, household);
            settle(village, village.memberOf(Village.householdId(head)), household);
            GraphqlClient alone = village.resident();
            settle(village, alone, new Owner(alone, "HOUSEHOLD"));
        }
        for (int i = 0; i < casesToClose; i++) {
            Person reporter = people.get(i % people.size());
            String reported = reporter.village().report(reporter.client(), 0);
            reporter.village().handle(reported);
            cases.add(Map.entry(reported, reporter));
        }
    }

    private void settle(Village village, GraphqlClient client, Owner household) {
        people.add(new Person(village, client, Village.residentId(client), household, new Owner(client, "PERSON")));
    }

    /** How many operations were answered with what they led to. */
    int confirmed() {
        return results.size();
    }

    /** How many sendings were answered. */
    int sent() {
        return sent.get();
    }

    /** How many sendings were lost with a server, and sent again. */
    int unanswered() {
        return unanswered.get();
    }

    /** Goes on until so many sendings were answered, or until the time is over. */
    void rage(int sendings, Duration atMost) {
        Instant end = Instant.now().plus(atMost);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                Random random = new Random(seed + i);
                all.add(threads.submit(() -> {
                    while (sent.get() < sendings && Instant.now().isBefore(end) && faults.isEmpty()) {
                        turn(random);
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
            cases.clear();
        } catch (InterruptedException | ExecutionException failure) {
            throw new AssertionError("Seed " + seed, failure);
        } finally {
            threads.shutdownNow();
        }
    }

    private void turn(Random random) {
        Operation echo = random.nextInt(8) == 0 ? echoes.poll() : null;
        Operation operation = echo != null ? echo : any(random);
        if (echo == null && random.nextInt(6) == 0) {
            echoes.add(operation); // another thread may send it at the same moment, or later, or never
        }
        send(operation);
        if (random.nextInt(10) == 0) {
            send(operation);
        }
    }

    private Operation any(Random random) {
        int die = random.nextInt(100);
        if (die < 25) {
            return award(random);
        }
        if (die < 60) {
            return redeem(random);
        }
        if (die < 78 && !made.isEmpty()) {
            return handOver(random);
        }
        if (die < 88 && !made.isEmpty()) {
            return cancel(random);
        }
        if (die < 96 && !awards.isEmpty()) {
            return reverse(random);
        }
        Map.Entry<String, Person> open = cases.poll();
        return open == null ? award(random) : close(open.getKey(), open.getValue());
    }

    private Map<String, Object> input(Map<String, Object> fields) {
        Map<String, Object> input = new HashMap<>(fields);
        input.put("idempotencyKey", seed + "-" + keys.incrementAndGet());
        return input;
    }

    private static <T> T any(List<T> some, Random random) {
        return some.get(random.nextInt(some.size()));
    }

    /** The latest are the likeliest to be still open. */
    private static <T> T recent(List<T> some, Random random) {
        int size = some.size();
        return some.get(size - 1 - random.nextInt(Math.min(size, 40)));
    }

    private Operation award(Random random) {
        Person person = any(people, random);
        Village village = person.village();
        Map<String, Object> input = input(Map.of("residentId", person.residentId(), "reason", "参加义务劳动"));
        String kind = random.nextInt(4) == 0 ? "PERSON" : "HOUSEHOLD";
        if (random.nextInt(3) == 0) {
            input.put("ruleId", rules.get(village));
            kind = "HOUSEHOLD";
        } else {
            input.put("points", 1 + random.nextInt(50));
            input.put("accountKind", kind);
        }
        Owner owner = person.owner(kind);
        return new Operation(Step.AWARD, village.cadre(), input, done -> {
            awards.add(new Award(village, done.id(), owner, done.number("points")));
            change(owner, done.number("points"));
        });
    }

    private Operation redeem(Random random) {
        Person person = any(people, random);
        Goods wanted = any(
                goods.stream()
                        .filter(one -> one.village().equals(person.village()))
                        .toList(),
                random);
        String kind = random.nextInt(4) == 0 ? "PERSON" : "HOUSEHOLD";
        int quantity = 1 + random.nextInt(2);
        return new Operation(
                Step.REDEEM,
                person.client(),
                input(Map.of("itemId", wanted.id(), "quantity", quantity, "accountKind", kind)),
                done -> {
                    Redemption redemption = new Redemption(
                            wanted,
                            done.id(),
                            done.text("pickupCode"),
                            person,
                            person.owner(kind),
                            wanted.price() * quantity,
                            quantity);
                    redemptions.put(redemption.id(), redemption);
                    if (!redemption.code().equals("null")) { // it was answered late, and is resolved by now
                        made.add(redemption);
                    }
                });
    }

    private Operation handOver(Random random) {
        Redemption redemption = recent(made, random);
        boolean wrong = random.nextInt(10) == 0;
        return new Operation(
                Step.HAND_OVER,
                redemption.goods().village().cadre(),
                input(Map.of(
                        "redemptionId",
                        redemption.id(),
                        "pickupCode",
                        wrong ? other(redemption.code()) : redemption.code())),
                done -> {
                    if (wrong) {
                        faults.add("A wrong code was taken: " + redemption);
                    }
                    resolve(redemption, "HANDED_OVER");
                    change(redemption.owner(), -redemption.points());
                });
    }

    private static String other(String code) {
        return (code.charAt(0) == '9' ? '0' : '9') + code.substring(1);
    }

    private Operation cancel(Random random) {
        Redemption redemption = recent(made, random);
        GraphqlClient by = random.nextBoolean()
                ? redemption.by().client()
                : redemption.goods().village().cadre();
        return new Operation(
                Step.CANCEL,
                by,
                input(Map.of("redemptionId", redemption.id())),
                done -> resolve(redemption, "CANCELLED"));
    }

    private void resolve(Redemption redemption, String outcome) {
        String before = outcomes.putIfAbsent(redemption.id(), outcome);
        if (before != null) {
            faults.add(redemption + " is " + outcome + ", but was " + before + " already");
        }
    }

    private Operation reverse(Random random) {
        Award award = recent(awards, random);
        return new Operation(
                Step.REVERSE,
                award.village().cadre(),
                input(Map.of("transferId", award.id(), "reason", "记错了")),
                done -> {
                    if (!reversed.add(award.id())) {
                        faults.add(award + " was reversed twice");
                    }
                    change(award.owner(), -award.points());
                });
    }

    private Operation close(String caseId, Person reporter) {
        return new Operation(
                Step.CLOSE, reporter.village().cadre(), input(Map.of("caseId", caseId, "note", "已核查")), done -> {
                    closed.add(caseId);
                    change(reporter.household(), CLOSED_CASE);
                });
    }

    private void change(Owner owner, int points) {
        worth.computeIfAbsent(owner, fresh -> new AtomicLong()).addAndGet(points);
    }

    private void send(Operation operation) {
        while (true) {
            Answer answer;
            try {
                answer = operation.step().ask(operation.by(), operation.input());
            } catch (UncheckedIOException died) {
                if (!(died.getCause() instanceof ConnectException)) { // else nothing was sent
                    unanswered.incrementAndGet();
                }
                continue;
            } catch (IllegalStateException ended) {
                Thread.onSpinWait(); // nothing was sent: the kit knows that the server is down
                continue;
            }
            sent.incrementAndGet();
            if (answer.errors().isEmpty()) {
                confirm(operation, operation.step().done(answer));
            } else if (!REFUSALS.contains(answer.errors().get(0).code())) {
                if (answer.errors().get(0).type().equals(ErrorType.UNAVAILABLE.name())) {
                    continue;
                }
                faults.add("Unexpected: " + answer);
            }
            return;
        }
    }

    private void confirm(Operation operation, Step.Done done) {
        String before = results.putIfAbsent(operation.key(), done.id());
        if (before == null) {
            operation.confirmed().accept(done);
        } else if (!before.equals(done.id())) {
            faults.add(operation + " led to " + before + ", and then to " + done.id());
        }
    }

    /** Compares what the clients were told with what the database holds, after every event has been handled. */
    void check() {
        if (!faults.isEmpty()) {
            throw new AssertionError("Seed " + seed + ": " + faults);
        }
        villages.get(0).settled();
        assertAll(
                "seed " + seed,
                () -> villages.get(0).ledgerIsSound(),
                () -> assertEquals(
                        uuids(awards.stream().map(Award::id).toList()),
                        ids("select id from plugin_village_points.points_transfer where tenant_id = ?"
                                + " and kind = 'AWARD' and case_id is null"),
                        "awards by hand"),
                () -> assertEquals(
                        uuids(closed),
                        ids("select case_id from plugin_village_points.points_transfer where tenant_id = ?"
                                + " and kind = 'AWARD' and case_id is not null"),
                        "awarded cases"),
                () -> assertEquals(
                        uuids(reversed),
                        ids("select transfer_id from plugin_village_points.points_reversal where tenant_id = ?"),
                        "reversed awards"),
                () -> assertEquals(uuids(redemptions.keySet()), redemptions(""), "redemptions"),
                () -> assertEquals(
                        uuids(outcomes("HANDED_OVER")), redemptions(" and state = 'HANDED_OVER'"), "handed over"),
                () -> assertEquals(uuids(outcomes("CANCELLED")), redemptions(" and state = 'CANCELLED'"), "cancelled"),
                this::goodsAddUp,
                this::accountsAddUp);
    }

    private List<String> outcomes(String outcome) {
        return outcomes.entrySet().stream()
                .filter(entry -> entry.getValue().equals(outcome))
                .map(Map.Entry::getKey)
                .toList();
    }

    private void goodsAddUp() {
        for (Goods one : goods) {
            int away = redemptions.values().stream()
                    .filter(redemption -> redemption.goods().equals(one))
                    .filter(redemption -> !"CANCELLED".equals(outcomes.get(redemption.id())))
                    .mapToInt(Redemption::quantity)
                    .sum();
            assertEquals(STOCK - away, one.village().stock(one.id()), one::toString);
        }
        assertEquals(
                (long) STOCK * goods.size(),
                villages.get(0)
                        .rows("select sum(stock) + (select coalesce(sum(quantity), 0)"
                                + " from plugin_village_points.points_redemption r where r.tenant_id = i.tenant_id"
                                + " and r.state <> 'CANCELLED') from plugin_village_points.points_item i"
                                + " where tenant_id = ? group by i.tenant_id"));
    }

    private void accountsAddUp() {
        Set<Owner> owners = new HashSet<>(worth.keySet());
        people.forEach(person -> owners.addAll(List.of(person.household(), person.self())));
        for (Owner owner : owners) {
            var account = Village.account(owner.resident(), owner.kind());
            assertEquals(
                    worth.getOrDefault(owner, new AtomicLong()).get(),
                    account.path("balance").asLong()
                            - account.path("receivable").asLong(),
                    owner::toString);
        }
    }

    private static Set<String> uuids(Iterable<String> globalIds) {
        Set<String> uuids = new HashSet<>();
        globalIds.forEach(
                id -> uuids.add(GlobalId.decode(id).orElseThrow().uuid().toString()));
        return uuids;
    }

    private Set<String> redemptions(String condition) {
        return ids("select id from plugin_village_points.points_redemption where tenant_id = ?" + condition);
    }

    private Set<String> ids(String sql) {
        Set<String> ids = new HashSet<>();
        try (Connection superuser = villages.get(0).county().host().superuser();
                PreparedStatement statement = superuser.prepareStatement(sql)) {
            statement.setString(1, villages.get(0).county().code());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    if (!ids.add(rows.getString(1))) {
                        throw new AssertionError(rows.getString(1) + " is there twice: " + sql);
                    }
                }
            }
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
        return ids;
    }

    @Override
    public String toString() {
        return "seed %d: %d sendings, %d operations confirmed (%d awards, %d reversed, %d redemptions of which %s resolved, %d cases), %d lost and sent again"
                .formatted(
                        seed,
                        sent.get(),
                        results.size(),
                        awards.size(),
                        reversed.size(),
                        redemptions.size(),
                        outcomes.size(),
                        closed.size(),
                        unanswered.get());
    }
}
