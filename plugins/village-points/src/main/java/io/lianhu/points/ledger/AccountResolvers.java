package io.lianhu.points.ledger;

import io.lianhu.points.Pages;
import io.lianhu.points.PointsPermissions;
import io.lianhu.points.Villages;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.Connection;
import io.lianhu.sdk.Database;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.PageRequest;
import io.lianhu.sdk.PluginContext;
import io.smallrye.mutiny.Uni;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hibernate.reactive.mutiny.Mutiny;

/** Accounts and their statements. */
final class AccountResolvers {

    private static final String TYPE = "PointsAccount";

    private final Database database;
    private final Villages villages;

    AccountResolvers(PluginContext context) {
        this.database = context.database();
        this.villages = new Villages(context.divisions());
    }

    void bind(GraphqlModule module) {
        module.query("pointsMyAccount", this::myAccount)
                .query("pointsAccounts", this::accounts)
                .query("pointsStatement", call -> seen(call, call.id("accountId", TYPE))
                        .chain(account -> statement(account.id(), call.page())))
                .field(
                        TYPE,
                        "statement",
                        call -> statement(call.<OwnerAccount>source().id(), call.page()))
                .field("PointsStatementLine", "reason", call -> {
                    StatementLine line = call.source();
                    return Uni.createFrom().item(TransferResolvers.reason(line.memo(), line.kind(), call.locale()));
                })
                .node(TYPE, this::load);
    }

    private Uni<OwnerAccount> myAccount(Call call) {
        OwnerKind kind = call.argument("kind", OwnerKind.class).orElse(OwnerKind.HOUSEHOLD);
        UUID id = AccountKey.spendableId(Owner.of(kind, call.actor().requireResident()));
        return load(Set.of(id), call).map(found -> found.get(id));
    }

    private Uni<OwnerAccount> seen(Call call, UUID id) {
        return load(Set.of(id), call).map(found -> {
            OwnerAccount account = found.get(id);
            if (account == null) {
                throw ApiException.notFound(TYPE);
            }
            return account;
        });
    }

    private Uni<Connection<OwnerAccount>> accounts(Call call) {
        PageRequest page = call.page();
        return villages.of(call).chain(village -> {
            call.actor().require(PointsPermissions.READ_ALL, village);
            return database.session(session -> session.createSelectionQuery(
                                    "from Account a where a.village = :village and a.purpose = SPENDABLE and a.id < :before"
                                            + " order by a.id desc",
                                    Account.class)
                            .setParameter("village", village.value())
                            .setParameter("before", Pages.before(page))
                            .setMaxResults(page.limit())
                            .getResultList()
                            .chain(rows -> views(session, rows)))
                    .map(rows -> Connection.of(rows, page, OwnerAccount::id));
        });
    }

    /** What an owner owes is in an account whose id follows from that of the spendable one: so both are read at once. */
    private Uni<Map<UUID, OwnerAccount>> load(Set<UUID> ids, Call call) {
        List<UUID> both = ids.stream()
                .flatMap(id -> Stream.of(id, AccountKey.receivableId(id)))
                .toList();
        return database.session(session -> byIds(session, both)).map(rows -> views(
                        rows.stream()
                                .filter(account -> account.purpose() == AccountPurpose.SPENDABLE)
                                .filter(account -> OwnerAccount.visible(call.actor(), account))
                                .toList(),
                        rows)
                .stream()
                .collect(Collectors.toMap(OwnerAccount::id, Function.identity())));
    }

    private static Uni<List<Account>> byIds(Mutiny.Session session, List<UUID> ids) {
        return session.createSelectionQuery("from Account a where a.id in :ids", Account.class)
                .setParameter("ids", ids)
                .getResultList();
    }

    private static Uni<List<OwnerAccount>> views(Mutiny.Session session, List<Account> accounts) {
        List<UUID> receivables = accounts.stream()
                .map(account -> AccountKey.receivableId(account.id()))
                .toList();
        return receivables.isEmpty()
                ? Uni.createFrom().item(List.of())
                : byIds(session, receivables).map(rows -> views(accounts, rows));
    }

    /** Spendable accounts, with what their owners owe by the receivable ones among the others. */
    private static List<OwnerAccount> views(List<Account> accounts, List<Account> others) {
        Map<UUID, Long> debts = others.stream().collect(Collectors.toMap(Account::id, Account::debt));
        return accounts.stream()
                .map(account -> OwnerAccount.of(account, debts.getOrDefault(AccountKey.receivableId(account.id()), 0L)))
                .toList();
    }

    /** Newest first, by the postings' numbers in the account: ids of transfers are derived, and say nothing about order. */
    private Uni<Connection<StatementLine>> statement(UUID account, PageRequest page) {
        return database.session(session -> before(session, account, page)
                        .chain(before -> side(session, "debit", account, before, page.limit())
                                .chain(debits -> side(session, "credit", account, before, page.limit())
                                        .map(credits -> Stream.concat(debits.stream(), credits.stream())
                                                .sorted(Comparator.comparingLong(
                                                                (Transfer transfer) -> transfer.number(account))
                                                        .reversed())
                                                .limit(page.limit())
                                                .map(transfer -> StatementLine.of(transfer, account))
                                                .toList()))))
                .map(lines -> Connection.of(lines, page, StatementLine::transferId));
    }

    private static Uni<Long> before(Mutiny.Session session, UUID account, PageRequest page) {
        if (page.after().isEmpty()) {
            return Uni.createFrom().item(Long.MAX_VALUE);
        }
        return session.find(Transfer.class, page.after().get()).map(transfer -> {
            if (transfer == null
                    || !(account.equals(transfer.debitAccountId()) || account.equals(transfer.creditAccountId()))) {
                throw ApiException.invalid("after");
            }
            return transfer.number(account);
        });
    }

    private static Uni<List<Transfer>> side(Mutiny.Session session, String side, UUID account, long before, int limit) {
        return session.createSelectionQuery(
                        "from Transfer t where t.%1$sAccountId = :account and t.%1$sNumber < :before order by t.%1$sNumber desc"
                                .formatted(side),
                        Transfer.class)
                .setParameter("account", account)
                .setParameter("before", before)
                .setMaxResults(limit)
                .getResultList();
    }
}
