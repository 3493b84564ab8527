// Calls every operation with the client that GeneratedClientsTests generates from docs/openapi.yaml. The argument is the address of a
// service in its demo mode.

import { deepStrictEqual as expect } from 'node:assert';
import {
    type BatchItem,
    BatchItemOpEnum,
    type BatchResult,
    Configuration,
    MembersApi,
    OrganizationsApi,
    ProblemFromJSON,
    ResponseError,
    Role,
} from './client';

const configuration = new Configuration({ basePath: process.argv[2], apiKey: 'smp_generated-typescript-client' });
const members = new MembersApi(configuration);
const organizations = new OrganizationsApi(configuration);
const ada = 'ada@typescript.example';

const items: BatchItem[] = [
    { op: BatchItemOpEnum.Create, userName: ada, sentryOrgRole: Role.Member },
    { op: BatchItemOpEnum.Ensure, userName: ada, id: null },
    { op: BatchItemOpEnum.UpdateRole, userName: ada, sentryOrgRole: Role.Manager },
    { op: BatchItemOpEnum.Delete, userName: ada, id: null, sentryOrgRole: null },
    { op: BatchItemOpEnum.Delete },
];

function expectBatch(result: BatchResult): void {
    expect(result.results.slice(0, 4).map((item) => item.membersOutcome), ['created', 'unchanged', 'updated', 'deleted']);
    expect(result.results[0].member?.userName, ada);
    expect(result.results[4].problem?.type, '/problems/invalid-request');
    expect(result.summary, { ...result.summary, total: 5, succeeded: 4, failed: 1, unknown: 0 });
}

async function expectProblem(call: Promise<unknown>, status: number, type: string, code?: string): Promise<void> {
    try {
        await call;
    } catch (error) {
        if (!(error instanceof ResponseError)) {
            throw error;
        }
        const problem = ProblemFromJSON(await error.response.json());
        expect([error.response.status, problem.status, problem.type], [status, status, type]);
        expect([problem.retryable, problem.outcome], [false, 'not_applied']);
        if (code !== undefined) {
            expect(problem.errors?.map((fault) => [fault.pointer, fault.code]), [['/userName', code]]);
        }
        return;
    }
    throw new Error(`No ${type}`);
}

async function defaultOrganization(): Promise<void> {
    const newMember = { userName: ada, sentryOrgRole: Role.Member };
    expect((await members.createMember({ newMember, dryRun: true })).outcome, 'would-create');
    const created = await members.createMember({ newMember, idempotencyKey: 'typescript-1', membersRequestedBy: 'tests' });
    expect(created.outcome, 'created');
    expect((await members.createMember({ newMember, idempotencyKey: 'typescript-1' })).outcome, 'created');
    expect((await members.ensureMember({ member: ada })).outcome, 'unchanged');
    const ensuredMember = { userName: null, sentryOrgRole: null };
    expect((await members.ensureMember({ member: ada, ensuredMember })).outcome, 'unchanged');
    expect((await members.getMember({ member: created.id! })).userName, ada);
    const found = await members.getMember({ member: ada });
    expect([found.id, found.outcome], [created.id, undefined]);
    const search = await members.listMembers({ userName: ada });
    expect([search.totalResults, search.resources[0].sentryOrgRole], [1, 'member']);
    expect((await members.listMembers({ startIndex: 1, count: 2 })).resources.length, 2);
    const roleChange = { sentryOrgRole: Role.Manager };
    expect((await members.updateMemberRole({ member: ada, roleChange })).outcome, 'updated');
    await expectProblem(members.createMember({ newMember }), 409, '/problems/member-already-invited');
    await expectProblem(members.createMember({ newMember: { userName: 'ada' } }), 400, '/problems/invalid-request',
        'invalid-address');
    await expectProblem(members.getMember({ member: '1' }), 404, '/problems/member-not-found');
    expect((await members.deleteMember({ member: ada, dryRun: true }))?.outcome, 'would-delete');
    await members.deleteMember({ member: ada });
    await expectProblem(members.deleteMember({ member: ada }), 404, '/problems/member-not-found');
    expectBatch(await members.runBatch({ batchItem: items }));
}

async function organizationWithAlias(): Promise<void> {
    const alias = 'default';
    const created = await organizations.createMemberInOrganization({ alias, newMember: { userName: ada } });
    expect(created.outcome, 'created');
    const member = created.id!;
    const ensuredMember = { sentryOrgRole: Role.Member };
    expect((await organizations.ensureMemberInOrganization({ alias, member: ada, ensuredMember })).outcome, 'unchanged');
    expect((await organizations.getMemberInOrganization({ alias, member })).userName, ada);
    expect((await organizations.listMembersInOrganization({ alias, userName: ada })).totalResults, 1);
    const roleChange = { sentryOrgRole: Role.Admin };
    expect((await organizations.updateMemberRoleInOrganization({ alias, member, roleChange })).outcome, 'updated');
    await organizations.deleteMemberInOrganization({ alias, member });
    expectBatch(await organizations.runBatchInOrganization({ alias, batchItem: items }));
    await expectProblem(organizations.getMemberInOrganization({ alias: 'nowhere', member: '1' }), 404,
        '/problems/organization-not-found');
}

async function main(): Promise<void> {
    await defaultOrganization();
    await organizationWithAlias();
    console.log('done');
}

main().catch((error) => {
    console.error(error);
    process.exit(1);
});
