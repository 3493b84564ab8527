import java.util.List;
import java.util.Objects;

import members.client.ApiClient;
import members.client.api.MembersApi;
import members.client.api.OrganizationsApi;
import members.client.model.BatchItem;
import members.client.model.BatchResult;
import members.client.model.EnsuredMember;
import members.client.model.Member;
import members.client.model.MemberList;
import members.client.model.NewMember;
import members.client.model.Problem;
import members.client.model.Role;
import members.client.model.RoleChange;
import org.springframework.web.client.RestClientResponseException;

/**
 * Calls every operation with the client that GeneratedClientsTests generates from
 * docs/openapi.yaml. The argument is the address of a service in its demo mode.
 */
final class CallEverything {

	private static final String ADA = "ada@java.example";

	private final MembersApi members;

	private final OrganizationsApi organizations;

	private CallEverything(ApiClient client) {
		this.members = new MembersApi(client);
		this.organizations = new OrganizationsApi(client);
	}

	static void main(String[] arguments) {
		ApiClient client = new ApiClient().setBasePath(arguments[0]);
		client.setApiKey("smp_generated-java-client");
		CallEverything calls = new CallEverything(client);
		calls.defaultOrganization();
		calls.organizationWithAlias();
		System.out.println("done");
	}

	private void defaultOrganization() {
		NewMember ada = new NewMember().userName(ADA).sentryOrgRole(Role.MEMBER);
		expect("would-create", this.members.createMember(ada, true, null, null, null, null).getOutcome());
		Member created = this.members.createMember(ada, false, "java-1", "java-request", "tests", null);
		expect("created", created.getOutcome());
		expect("created", this.members.createMember(ada, null, "java-1", null, null, null).getOutcome());
		expect("unchanged", this.members.ensureMember(ADA, null, null, null, null, null).getOutcome());
		expect("unchanged",
				this.members.ensureMember(ADA, null, null, null, null, new EnsuredMember().userName(null))
					.getOutcome());
		expect(ADA, this.members.getMember(created.getId(), null, null, null).getUserName());
		Member found = this.members.getMember(ADA, null, null, null);
		expect(created.getId(), found.getId());
		expect(null, found.getOutcome());
		MemberList search = this.members.listMembers(ADA, null, null, null, null, null);
		expect(1, search.getTotalResults());
		expect("member", search.getResources().getFirst().getSentryOrgRole());
		expect(2, this.members.listMembers(null, 1, 2, null, null, null).getResources().size());
		RoleChange manager = new RoleChange().sentryOrgRole(Role.MANAGER);
		expect("updated", this.members.updateMemberRole(ADA, manager, null, null, null, null).getOutcome());
		problem(() -> this.members.createMember(ada, null, null, null, null, null), 409,
				"/problems/member-already-invited", null);
		problem(() -> this.members.createMember(new NewMember().userName("ada"), null, null, null, null, null), 400,
				"/problems/invalid-request", "invalid-address");
		problem(() -> this.members.getMember("1", null, null, null), 404, "/problems/member-not-found", null);
		expect("would-delete", this.members.deleteMember(ADA, true, null, null, null).getOutcome());
		expect(null, this.members.deleteMember(ADA, null, null, null, null));
		problem(() -> this.members.deleteMember(ADA, null, null, null, null), 404, "/problems/member-not-found", null);
		batch(this.members.runBatch(items(), null, null, null, null));
	}

	private void organizationWithAlias() {
		String alias = "default";
		NewMember ada = new NewMember().userName(ADA);
		Member created = this.organizations.createMemberInOrganization(alias, ada, null, null, null, null, null);
		expect("created", created.getOutcome());
		EnsuredMember member = new EnsuredMember().sentryOrgRole(Role.MEMBER);
		expect("unchanged",
				this.organizations.ensureMemberInOrganization(alias, ADA, null, null, null, null, member).getOutcome());
		expect(ADA, this.organizations.getMemberInOrganization(alias, created.getId(), null, null, null).getUserName());
		expect(1,
				this.organizations.listMembersInOrganization(alias, ADA, null, null, null, null, null)
					.getTotalResults());
		expect("updated", this.organizations
			.updateMemberRoleInOrganization(alias, created.getId(), new RoleChange().sentryOrgRole(Role.ADMIN), null,
					null, null, null)
			.getOutcome());
		expect(null, this.organizations.deleteMemberInOrganization(alias, created.getId(), null, null, null, null));
		batch(this.organizations.runBatchInOrganization(alias, items(), null, null, null, null));
		problem(() -> this.organizations.getMemberInOrganization("nowhere", "1", null, null, null), 404,
				"/problems/organization-not-found", null);
	}

	private static List<BatchItem> items() {
		return List.of(new BatchItem().op(BatchItem.OpEnum.CREATE).userName(ADA).sentryOrgRole(Role.MEMBER),
				new BatchItem().op(BatchItem.OpEnum.ENSURE).userName(ADA),
				new BatchItem().op(BatchItem.OpEnum.UPDATE_ROLE).userName(ADA).sentryOrgRole(Role.MANAGER),
				new BatchItem().op(BatchItem.OpEnum.DELETE).userName(ADA), new BatchItem().op(BatchItem.OpEnum.DELETE));
	}

	private static void batch(BatchResult result) {
		expect(List.of("created", "unchanged", "updated", "deleted"),
				result.getResults().subList(0, 4).stream().map((item) -> item.getMembersOutcome()).toList());
		expect(ADA, result.getResults().getFirst().getMember().getUserName());
		expect("/problems/invalid-request", result.getResults().getLast().getProblem().getType());
		expect(4, result.getSummary().getSucceeded());
		expect(1, result.getSummary().getFailed());
	}

	private static void problem(Runnable call, int status, String type, String code) {
		try {
			call.run();
		}
		catch (RestClientResponseException ex) {
			Problem problem = ex.getResponseBodyAs(Problem.class);
			expect(status, ex.getStatusCode().value());
			expect(type, problem.getType());
			expect(false, problem.getRetryable());
			expect("not_applied", problem.getOutcome());
			expect(status, problem.getStatus());
			if (code != null) {
				expect(code, problem.getErrors().getFirst().getCode());
				expect("/userName", problem.getErrors().getFirst().getPointer());
			}
			return;
		}
		throw new AssertionError("No " + type);
	}

	private static void expect(Object expected, Object actual) {
		if (!Objects.equals(expected, actual)) {
			throw new AssertionError("Expected " + expected + ", but was " + actual);
		}
	}

}
