/** What the dynamic provider gets, all of it resolved. */
export interface CollectInputs {
    readonly namespace: string;
    readonly job: string;
    /** Identifies the run: a Job of the same name that was made anew has another. */
    readonly jobUid: string;
    /** Names of the Services that the Job called. */
    readonly services: readonly string[];
    /** Labels of the pods behind them. */
    readonly selector: Readonly<Record<string, string>>;
    /** Seconds that the Job may take, from now. */
    readonly timeoutSeconds: number;
    /** Path of the socket at which the program hands over its kubeconfig. */
    readonly kubeconfigSocket: string;
}
