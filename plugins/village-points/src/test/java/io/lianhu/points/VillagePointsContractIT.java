package io.lianhu.points;

import io.lianhu.testkit.County;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.PluginContract;
import io.lianhu.testkit.Sample;
import java.util.Map;

final class VillagePointsContractIT extends PluginContract {
    @Override
    protected Sample write(County county) {
        Village village = new Village(county, 1);
        GraphqlClient cadre = village.cadre();
        String rule = village.rule("庭院整洁", "MANUAL", 10, Map.of());
        return Sample.of(cadre, rule)
                .listedBy(
                        "query ($village: ID!) { pointsRules(villageId: $village, first: 20) { edges { node { id } } } }",
                        Map.of("village", village.id()));
    }
}
