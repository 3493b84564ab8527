package dev.memberproxy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

@AnalyzeClasses(packages = "dev.memberproxy", importOptions = DoNotIncludeTests.class)
class ArchitectureTests {

	/** The packages that each package may use, as in docs/architecture.md. */
	static final Map<String, Set<String>> PACKAGES = packages();

	@ArchTest
	static final ArchRule packagesUseOnlyWhatTheTableAllows = layers();

	@ArchTest
	static final ArchRule packagesHaveNoCycles = slices().matching("dev.memberproxy.(*)..").should().beFreeOfCycles();

	@ArchTest
	static final ArchRule onlyTheGatewayRevealsTheToken = noClasses().that()
		.resideOutsideOfPackage("..sentry..")
		.should()
		.callMethod("dev.memberproxy.organizations.SecretToken", "reveal")
		.because("the token leaves its type only where the request to Sentry is written");

	private static Map<String, Set<String>> packages() {
		Map<String, Set<String>> packages = new LinkedHashMap<>();
		packages.put("core", Set.of());
		packages.put("problem", Set.of("core"));
		packages.put("audit", Set.of("core"));
		packages.put("organizations", Set.of("core"));
		packages.put("idempotency", Set.of("problem", "core"));
		packages.put("clients", Set.of("problem", "audit", "core"));
		packages.put("sentry", Set.of("organizations", "core"));
		packages.put("channel", Set.of("sentry", "organizations", "core"));
		packages.put("provisioning", Set.of("channel", "sentry", "organizations", "core"));
		packages.put("members", Set.of("provisioning", "sentry", "organizations", "clients", "idempotency", "audit",
				"problem", "core"));
		packages.put("members.batch",
				Set.of("members", "provisioning", "clients", "idempotency", "audit", "problem", "core"));
		packages.put("redis",
				Set.of("provisioning", "channel", "organizations", "clients", "idempotency", "problem", "core"));
		packages.put("server", Set.of("core"));
		packages.put("apidocs", Set.of("core"));
		packages.put("fakesentry", Set.of("organizations", "core"));
		return packages;
	}

	private static LayeredArchitecture layers() {
		LayeredArchitecture architecture = layeredArchitecture().consideringOnlyDependenciesInLayers();
		for (String name : PACKAGES.keySet()) {
			architecture = architecture.layer(name).definedBy("dev.memberproxy." + name);
		}
		for (Map.Entry<String, Set<String>> entry : PACKAGES.entrySet()) {
			String[] allowed = entry.getValue().toArray(String[]::new);
			architecture = (allowed.length > 0) ? architecture.whereLayer(entry.getKey()).mayOnlyAccessLayers(allowed)
					: architecture.whereLayer(entry.getKey()).mayNotAccessAnyLayer();
		}
		return architecture;
	}

}
